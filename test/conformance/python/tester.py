# Runs scim2-tester against a Tenant URL and prints what it checked: one JSON object a line.

import json
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server

url, token = sys.argv[1:3]
FAILED = {"DEVIATION", "ERROR", "CRITICAL"}

client = Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
for result in check_server(SyncSCIMClient(client)):
    if result.status.name == "SKIPPED":
        continue
    subject = f"{result.resource_type} " if result.resource_type else ""
    check = {"name": f"{subject}{result.title}"}
    if result.status.name in FAILED:
        check["failure"] = str(result.reason)
    print(json.dumps(check))
