"""MiniStack as it is, but for two answers that it does not give as AWS does."""

import json

from ministack.app import main
from ministack.services import lambda_svc, secretsmanager

create_secret = secretsmanager._create_secret
match_filter = lambda_svc._match_esm_filter


def create_secret_with_client_request_token(data):
    """The ClientRequestToken becomes the VersionId (API reference of CreateSecret); MiniStack makes up another."""
    status, headers, body = create_secret(data)
    version_id = data.get("ClientRequestToken")
    if status != 200 or not version_id:
        return status, headers, body
    answer = json.loads(body)
    versions = secretsmanager._secrets[answer["Name"]]["Versions"]
    versions[version_id] = versions.pop(answer["VersionId"])
    return status, headers, json.dumps({**answer, "VersionId": version_id}).encode()


def match_filter_with_missing_branches(record, pattern):
    """`exists: false` is true of a path whose beginning is missing already, e.g. of any in the NewImage of a removal."""
    missing = {key: {} for key, below in pattern.items() if isinstance(below, dict) and key not in record}
    return match_filter({**record, **missing}, pattern)


secretsmanager._create_secret = create_secret_with_client_request_token
lambda_svc._match_esm_filter = match_filter_with_missing_branches
main()
