"""A client of the REST API on one kept connection; standard library only."""
import http.client
import json


class Refused(Exception):
    """An answer of 400 or more."""

    def __init__(self, method, path, status, problem):
        super().__init__(f"{method} {path}: {status} {problem.get('code')}: {problem.get('detail')} {problem.get('errors', '')}")
        self.status = status
        self.code, self.detail = problem.get("code"), problem.get("detail")


# What a request ends with when the server, or the way to it, is gone: nobody knows then what became of it.
LOST = (http.client.HTTPException, OSError)


class Client:
    """Not for several threads at once."""

    def __init__(self, address, token=None, timeout=30):
        self.address, self.token, self.timeout = address, token, timeout
        self.connection = None

    def send(self, method, path, body=None, headers=None):
        """The decoded answer. Raises `Refused`, or one of `LOST`, after which the next call connects anew."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.address, timeout=self.timeout)
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            payload = None if body is None else json.dumps(body)
            self.connection.request(method, f"/api/v1/{path}", payload, sent | (headers or {}))
            answer = self.connection.getresponse()
            text = answer.read()
        except LOST:
            self.close()
            raise
        value = json.loads(text) if text else {}
        if answer.status >= 400:
            raise Refused(method, path, answer.status, value)
        return value

    def get(self, path):
        """Asks a second time where the server closed the kept connection, as it does when it ends; reading twice does no harm."""
        is_kept = self.connection is not None
        try:
            return self.send("GET", path)
        except LOST:
            if not is_kept:
                raise
            return self.send("GET", path)

    def post(self, path, body, headers=None):
        return self.send("POST", path, body, headers)

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def sign_in(self, username, password):
        """Gives this client the access token of a new sign-in."""
        self.token = None
        self.token = self.post("auth/login", {"username": username, "password": password})["accessToken"]
        return self

    def issue_api_token(self, name):
        return self.post("auth/tokens", {"name": name})["token"]
