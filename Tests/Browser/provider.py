"""A provider of sign-ins (OpenID Connect) in a process of its own: oidc-provider-mock, and between it and the desk what a careless or hostile one might do.

The mock signs people in, hands out codes once and tells of people at /userinfo. This adds what it leaves out: it asks for PKCE and for the client's secret, and signs
with keys that can be exchanged. `PUT /fault` with a name from FAULTS spoils the next tokens.
"""
import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.parse
from io import BytesIO

import oidc_provider_mock
from authlib.jose import JsonWebKey, jwt
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT, SECRET = "desk", "the client's secret"


def plain(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    def __init__(self):
        self.mock = oidc_provider_mock.app(require_nonce=True).wsgi_app
        self.fault = None
        self.challenges = {}
        self.rotate()

    def rotate(self):
        self.key = JsonWebKey.generate_key("RSA", 2048, options={"kid": hashlib.sha256(str(time.time()).encode()).hexdigest()[:8]}, is_private=True)

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        request = Request(environ)
        answer = self.answer(request, body, environ)
        return answer(environ, start_response)

    def answer(self, request, body, environ):
        match request.path:
            case "/fault":
                self.fault = json.loads(body)
                return Response(status=204)
            case "/rotate":
                self.rotate()
                return Response(status=204)
            case "/jwks":
                public = self.key.as_dict(is_private=False) | {"use": "sig", "alg": "RS256"}
                return Response(json.dumps({"keys": [public]}), content_type="application/json")
            case "/oauth2/token":
                refusal = self.refusal(request, body)
                return Response(json.dumps({"error": refusal, "error_description": "<b>No.</b>"}), 400) if refusal else self.token(environ)
            case "/oauth2/authorize" if request.args.get("code_challenge_method") != "S256" or not request.args.get("state"):
                return Response("PKCE and a state are asked for here.", 400)
            case "/oauth2/authorize":
                answer = Response.from_app(self.mock, environ)
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers.get("Location", "")).query)
                for code in query.get("code", []):
                    self.challenges[code] = request.args["code_challenge"]
                return answer
        return Response.from_app(self.mock, environ)

    def refusal(self, request, body):
        form = urllib.parse.parse_qs(body.decode())
        given = request.authorization
        if given is None or [urllib.parse.unquote(given.username), urllib.parse.unquote(given.password)] != [CLIENT, SECRET]:
            return "invalid_client"
        challenge = self.challenges.pop(form["code"][0], None)
        if challenge != plain(hashlib.sha256(form["code_verifier"][0].encode()).digest()):
            return "invalid_grant"
        return None

    def token(self, environ):
        answer = Response.from_app(self.mock, environ)
        if answer.status_code != 200:
            return answer
        told = json.loads(answer.get_data())
        claims = json.loads(base64.urlsafe_b64decode(told["id_token"].split(".")[1] + "=="))
        told["id_token"] = self.signed(claims)
        return Response(json.dumps(told), content_type="application/json")

    def signed(self, claims):
        now, kid = int(time.time()), self.key.kid
        header = {"alg": "RS256", "kid": kid}
        match self.fault:
            case "nonce":
                claims["nonce"] = "another"
            case "expired":
                claims |= {"iat": now - 7200, "exp": now - 3600}
            case "audience":
                claims["aud"] = "another"
            case "issuer":
                claims["iss"] = "https://login.example.org"
            case "none":
                return f"{plain(json.dumps({'alg': 'none', 'kid': kid}).encode())}.{plain(json.dumps(claims).encode())}."
            case "shared":
                # The public key, which everybody knows, as if it were a secret of both.
                signed = f"{plain(json.dumps({'alg': 'HS256', 'kid': kid}).encode())}.{plain(json.dumps(claims).encode())}"
                return f"{signed}.{plain(hmac.digest(self.key.as_pem(is_private=False), signed.encode(), 'sha256'))}"
            case "stranger":
                return jwt.encode(header, claims, JsonWebKey.generate_key("RSA", 2048, is_private=True)).decode()
            case {"claims": more}:
                claims |= more
        return jwt.encode(header, claims, self.key).decode()


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), Provider(), threaded=True).serve_forever()
