"""What schemathesis is told beyond the document: names and ids that are there, so that it comes further than "not found", and rules of ours for
answers.

api.py runs schemathesis with this file; it finds in $HOSTILE_RECORDS what is there, by the name of a path parameter or member.
"""

import functools
import json
import os
import random

import schemathesis
from schemathesis.generation import GenerationMode

RECORDS = json.loads(os.environ["HOSTILE_RECORDS"])
ANONYMOUS = os.environ["HOSTILE_CALLER"] == "anonymous"
with open(os.environ["HOSTILE_DOCUMENT"]) as file:
    DOCUMENT = json.load(file)
choice = random.Random(int(os.environ["HOSTILE_SEED"]))

STATUSES = {400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 429, 503}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Two thirds of what names a record, in path, query and body, name one that is there. What is wrong on purpose stays wrong."""
    wrong = case.meta is None or case.meta.generation.mode == GenerationMode.NEGATIVE
    # Without query and body it is the path that is wrong on purpose.
    if wrong and not case.query and case.media_type is None:
        return
    parts = case.path.split("/")
    for name in case.path_parameters or {}:
        known = RECORDS.get(name) or RECORDS.get(parts[parts.index("{%s}" % name) - 1])
        if known and choice.random() < 2 / 3:
            case.path_parameters[name] = choice.choice(known)
    if wrong:
        return
    for name, value in list((case.query or {}).items()):
        if name in RECORDS and choice.random() < 2 / 3:
            known = choice.choice(RECORDS[name])
            case.query[name] = [known] if isinstance(value, list) else known
    # In a form that sends files the parts are as they were made.
    if case.media_type and "json" in case.media_type:
        case.body = improved(case.body, "")
        if isinstance(case.body, dict) and case.method == "POST":
            # What makes a record needs a name or title, whatever its schema says: the services ask for it.
            for name in {"title", "name", "body", "label"} & members_of_body(case.path):
                if choice.random() < 2 / 3:
                    case.body.setdefault(name, f"Hostile {choice.randrange(10**9)}")


@functools.cache
def members_of_body(path):
    """The names of the members of what is sent there."""
    (body,) = DOCUMENT["paths"][path]["post"]["requestBody"]["content"].values()
    schema = body["schema"]
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return set(schema.get("properties", ()))


def improved(value, name):
    if isinstance(value, dict):
        return {key: improved(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [improved(each, name) for each in value]
    if isinstance(value, str) and name in RECORDS and choice.random() < 2 / 3:
        return choice.choice(RECORDS[name])
    return value


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Two complaints are none. With `fields=` an answer has the members that were asked for and no others, which OpenAPI cannot say; and a case in
    which nothing was made wrong may be accepted."""
    if "positive test case" in failure.message:
        return False
    return not ("is a required property" in failure.message and (case.query or {}).get("fields") is not None)


@schemathesis.check
def problems_are_ours(context, response, case):
    """An error has a status that api.md knows, says the same in its body, and bears the request's id."""
    if response.status_code < 400:
        return
    assert response.status_code in STATUSES, f"the status {response.status_code} is none of ours"
    problem = response.json()
    assert problem["status"] == response.status_code, "status of body and answer differ"
    assert [problem["requestId"]] == response.headers.get("x-request-id"), "request ids of body and answer differ"
    for fault in problem.get("errors", []):
        assert fault["message"], "a fault without words"


@schemathesis.check
def nobody_gets_in(context, response, case):
    """Without a token only what the document says is open answers."""
    if ANONYMOUS and case.operation.definition.raw.get("security") != []:
        assert response.status_code in {401, 405, 429}, f"answers {response.status_code} to nobody"
