# Uses the service through scim2-client, as a customer's own script would. The client validates every answer: its status,
# its media type, and its body against the schemas that the service publishes. Prints one JSON object a check.

import json
import sys
import uuid

from httpx2 import Client
from scim2_client import Me
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import (
    ConflictException,
    InvalidFilterException,
    MutabilityException,
    NotFoundException,
    NotImplementedException,
    PatchOp,
    PatchOperation,
    PreconditionFailedException,
    SearchRequest,
)

url, token = sys.argv[1:3]
http = Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
scim = SyncSCIMClient(http, raise_scim_errors=True)

checks = []


def check(function):
    checks.append(function)
    return function


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def refused(error, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except error:
        return
    raise AssertionError(f"expected {error.__name__}")


class NotOffered(Exception):
    """The service says that it cannot do this: nothing to check."""


def unique(name):
    return f"{name}-{uuid.uuid4().hex[:12]}"


def new_user(**attributes):
    return scim.create(User(user_name=unique("wren"), **attributes))


def patch(model, resource, *operations):
    body = PatchOp[model](operations=[PatchOperation(**operation) for operation in operations])
    return scim.modify(model, resource.id, body)


@check
def the_service_describes_itself():
    global User, Group
    scim.discover()
    User = scim.get_resource_model("User")
    Group = scim.get_resource_model("Group")
    expect(User and Group, "users and groups are resource types")
    expect(scim.provider.config.patch.supported, "PATCH is advertised")


@check
def a_full_user_comes_back_as_it_was_sent():
    Enterprise = User.get_extension_model("EnterpriseUser")
    sent = User(
        user_name=unique("odile"),
        external_id="odile.m",
        display_name="Odile Marchetti",
        name=User.Name(family_name="Marchetti", given_name="Odile"),
        active=True,
        emails=[User.Emails(value="odile@veldt.example", type="work", primary=True)],
        phone_numbers=[User.PhoneNumbers(value="+39 045 000 000", type="mobile")],
        addresses=[User.Addresses(locality="Verona", country="IT", type="work")],
    )
    sent[Enterprise] = Enterprise(employee_number="E-5520", department="Locks")
    created = scim.create(sent)
    read = scim.query(User, created.id)
    expect(read.user_name == sent.user_name and read.name.given_name == "Odile", "names")
    expect(read.emails[0].value == "odile@veldt.example" and read.emails[0].primary is True, "emails")
    expect(read.addresses[0].locality == "Verona", "addresses")
    expect(read[Enterprise].employee_number == "E-5520", "the enterprise extension")
    expect(read.meta.version == created.meta.version, "the version")


@check
def a_taken_user_name_is_a_conflict():
    user = new_user()
    refused(ConflictException, scim.create, User(user_name=user.user_name.upper()))


@check
def what_does_not_exist_is_not_found():
    refused(NotFoundException, scim.query, User, str(uuid.uuid4()))
    refused(NotFoundException, scim.delete, User, str(uuid.uuid4()))


@check
def a_filter_finds_one_user_among_many():
    user = new_user()
    found = scim.query(User, query_parameters=SearchRequest(filter=f'userName eq "{user.user_name}"'))
    expect(found.total_results == 1 and found.resources[0].id == user.id, "one result")
    none = scim.query(User, query_parameters=SearchRequest(filter='userName eq "nobody"'))
    expect(none.total_results == 0, "no result")
    refused(
        InvalidFilterException, scim.query, User, query_parameters=SearchRequest(filter="active gt true")
    )


@check
def pages_by_index_show_every_user_once():
    mark = unique("page")
    ids = {new_user(title=mark).id for _ in range(5)}
    seen = []
    for start in (1, 3, 5):
        page = scim.query(
            User,
            query_parameters=SearchRequest(
                filter=f'title eq "{mark}"', start_index=start, count=2, sort_by="userName"
            ),
        )
        expect(page.total_results == 5 and page.start_index == start, "total and start")
        seen += [user.id for user in page.resources]
    expect(len(seen) == 5 and set(seen) == ids, "five users, none twice")


@check
def pages_by_cursor_show_every_user_once():
    pagination = scim.provider.config.pagination
    if not (pagination and pagination.cursor):
        raise NotOffered
    ids = {new_user().id for _ in range(5)}
    seen, cursor = [], ""
    while cursor is not None:
        page = scim.query(User, query_parameters=SearchRequest(cursor=cursor, count=2))
        seen += [user.id for user in page.resources]
        cursor = page.next_cursor
    expect(len(seen) == len(set(seen)) and ids <= set(seen), "every user, none twice")


@check
def a_bulk_request_fills_a_group_with_a_new_user():
    if not scim.provider.config.bulk.supported:
        raise NotOffered
    group = {"displayName": unique("Ferry Crew"), "members": [{"value": "bulkId:rower"}]}
    job = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            {"method": "POST", "path": "/Groups", "bulkId": "crew", "data": group},
            {"method": "POST", "path": "/Users", "bulkId": "rower", "data": {"userName": unique("rower")}},
        ],
    }
    done = scim.bulk(job, check_request_payload=False)
    expect([operation.status for operation in done.operations] == [201, 201], "both are created")
    location = next(one.location for one in done.operations if one.bulk_id == "crew")
    read = scim.query(Group, str(location).rsplit("/", 1)[1])
    expect(len(read.members) == 1, "the group has the user")


@check
def a_search_by_post_answers_like_a_query():
    user = new_user()
    by_name = SearchRequest(filter=f'userName eq "{user.user_name}"')
    found = scim.search(by_name)
    expect([one.id for one in found.resources] == [user.id], "the search finds the user")


@check
def attributes_are_chosen():
    user = new_user(display_name="Bo", title="Keeper")
    some = scim.query(User, user.id, query_parameters=SearchRequest(attributes=["title"]))
    expect(some.title == "Keeper" and some.display_name is None and some.id, "only what was asked for")
    rest = scim.query(User, user.id, query_parameters=SearchRequest(excluded_attributes=["title"]))
    expect(rest.title is None and rest.display_name == "Bo", "all but what was excluded")


@check
def a_replacement_forgets_what_it_does_not_name():
    user = new_user(display_name="Bo", title="Keeper")
    user.title = None
    user.display_name = "Bo Aldana"
    replaced = scim.replace(user)
    expect(replaced.title is None and replaced.display_name == "Bo Aldana", "replaced")


@check
def a_stale_version_is_refused():
    user = new_user(title="Keeper")
    patch(User, user, {"op": "replace", "path": "title", "value": "Warden"})
    user.title = "Porter"
    refused(PreconditionFailedException, scim.replace, user)


@check
def a_patch_is_all_or_nothing():
    user = new_user(title="Keeper")
    patched = patch(
        User,
        user,
        {"op": "add", "path": "nickName", "value": "Bo"},
        {"op": "replace", "path": "title", "value": "Warden"},
    )
    expect(patched.nick_name == "Bo" and patched.title == "Warden", "both operations")
    refused(
        MutabilityException,
        scim.modify,
        "User",
        user.id,
        {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [
                {"op": "replace", "path": "title", "value": "Porter"},
                {"op": "remove", "path": "userName"},
            ],
        },
        check_request_payload=False,
        url=f"/Users/{user.id}",
    )
    expect(scim.query(User, user.id).title == "Warden", "nothing of a refused PATCH")


@check
def members_come_and_go():
    one, two = new_user(), new_user()
    group = scim.create(Group(display_name=unique("Sluice Crew"), members=[{"value": one.id}]))
    expect([member.value for member in group.members] == [one.id], "the first member")
    expect(str(group.members[0].ref).endswith(f"/Users/{one.id}"), "$ref leads to the user")
    patch(Group, group, {"op": "add", "path": "members", "value": [{"value": two.id}]})
    both = scim.query(Group, group.id)
    expect({member.value for member in both.members} == {one.id, two.id}, "two members")
    patch(Group, group, {"op": "remove", "path": f'members[value eq "{one.id}"]'})
    left = scim.query(Group, group.id)
    expect([member.value for member in left.members] == [two.id], "one member left")
    owner = scim.query(User, two.id, query_parameters=SearchRequest(attributes=["groups"]))
    expect([membership.value for membership in owner.groups] == [group.id], "groups of the user")


@check
def a_service_is_not_a_person():
    refused(NotImplementedException, scim.query, Me)


@check
def a_deleted_user_is_gone():
    user = new_user()
    scim.delete(User, user.id)
    refused(NotFoundException, scim.query, User, user.id)


for function in checks:
    result = {"name": function.__name__.replace("_", " ")}
    try:
        function()
    except NotOffered:
        continue
    except Exception as error:  # Whatever goes wrong is a failed check, so that the others still run.
        result["failure"] = f"{type(error).__name__}: {error}"
    print(json.dumps(result))
