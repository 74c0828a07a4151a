"""MiniStack as it is, but for what it does not do as AWS does."""

import json

from ministack.app import main
from ministack.core import lambda_runtime
from ministack.services import apigateway_v1, lambda_svc, secretsmanager

create_secret = secretsmanager._create_secret
match_filter = lambda_svc._match_esm_filter
handle_gateway_request = apigateway_v1.handle_request
invoke = lambda_runtime.Worker.invoke

HANDLER_ERROR = 'status: "error", error: String(err'
assert HANDLER_ERROR in lambda_runtime._NODEJS_WORKER_SCRIPT


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


async def handle_gateway_request_with_flush(method, path, headers, body, query_params):
    """FlushStageAuthorizersCache, which MiniStack does not know: its cache is one for all stages."""
    if method == "DELETE" and path.endswith("/cache/authorizers"):
        apigateway_v1._authorizer_cache.clear()
        return 202, {}, b""
    return await handle_gateway_request(method, path, headers, body, query_params)


def invoke_and_live_on(worker, *args, **kwargs):
    """
    A process outlives an error of its handler, as an execution environment does. MiniStack ends it, so that every token
    that the authorizer refuses, which it does by an error, would cost a cold start.
    """
    response = invoke(worker, *args, **kwargs)
    return {**response, "status": "error"} if response.get("thrown") else response


secretsmanager._create_secret = create_secret_with_client_request_token
lambda_svc._match_esm_filter = match_filter_with_missing_branches
apigateway_v1.handle_request = handle_gateway_request_with_flush
lambda_runtime.Worker.invoke = invoke_and_live_on
lambda_runtime._NODEJS_WORKER_SCRIPT = lambda_runtime._NODEJS_WORKER_SCRIPT.replace(
    HANDLER_ERROR, 'status: "ok", thrown: true, error: String(err'
)
main()
