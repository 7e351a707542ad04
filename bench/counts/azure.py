#!/usr/bin/env python3
"""Counts what is in exports of Azure and Entra ID, without any code of lapse.

    python3 bench/counts/azure.py FILE...
    node dist/src/cli/bin.js scan --export azure=FILE --format json FILE | python3 bench/counts/azure.py --against - FILE

Walks every JSON value of a file, whatever is around it, and counts by the names of members alone; both spellings. With
--against, compares with the JSON of a scan and fails where they differ.
"""

import json
import sys


def norm(name):
    return name.replace("_", "").lower()


def documents(text):
    decoder, at = json.JSONDecoder(), 0
    text = text.lstrip("\ufeff")
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at >= len(text):
            return
        value, at = decoder.raw_decode(text, at)
        yield value


def objects(value):
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def flat(value):
    inner = value.get("properties")
    merged = dict(inner) if isinstance(inner, dict) else {}
    merged.update({k: v for k, v in value.items() if v is not None})
    return {norm(k): v for k, v in merged.items()}


def low(value):
    return str(value or "").lower()


def last(value):
    return low(value).rstrip("/").split("/")[-1]


def count(path):
    principals, credentials, grants, trusts = set(), set(), set(), set()
    named = set()
    for document in documents(open(path, encoding="utf-8-sig").read()):
        for one in objects(document):
            f = flat(one)
            has = lambda *names: all(f.get(n) is not None for n in names)
            kind = low(f.get("type")).removeprefix("/").removeprefix("providers/")
            odata = low(one.get("@odata.type") or one.get("odata_type")).split(".")[-1]
            if has("principalid", "roledefinitionid") and ("directoryscopeid" in f or "appscopeid" in f):
                grants.add(("directory", low(f["principalid"]), last(f["roledefinitionid"]), low(f.get("directoryscopeid"))))
                named.update({("object", low(f["principalid"])), ("directory-role", last(f["roledefinitionid"]))})
            elif has("id", "principalid", "roledefinitionid", "scope"):
                grants.add(("role", low(f["principalid"]), last(f["roledefinitionid"]), low(f["scope"]), f.get("name")))
                named.update({("principal", low(f["principalid"])), ("role", last(f["roledefinitionid"]))})
            elif has("id", "permissions") and ("rolename" in f or kind.endswith("/roledefinitions")):
                principals.add(("role", last(f["id"])))
                for permission in f["permissions"]:
                    grants.add(("permission", last(f["id"]), json.dumps(permission, sort_keys=True)))
            elif has("approleid", "principalid", "resourceid"):
                grants.add(("app-role", low(f["principalid"]), low(f["approleid"]), low(f["resourceid"])))
                named.update({("principal", low(f["principalid"])), ("principal", low(f["resourceid"]))})
            elif "isbuiltin" in f and has("id"):
                principals.add(("directory-role", low(f["id"])))
            elif odata == "application" or (odata == "" and has("id", "appid", "signinaudience") and not has("serviceprincipaltype")):
                principals.add(("application", low(f["appid"])))
                trusts.add(("signs-in-as", low(f["appid"])))
                named.add(("service-principal", low(f["appid"])))
            elif odata == "serviceprincipal" or (odata == "" and has("id", "appid", "serviceprincipaltype")):
                principals.add(("service-principal", low(f["appid"])))
                named.discard(("principal", low(f["id"])))
                named.add(("alias", low(f["id"])))
            elif odata == "group":
                principals.add(("group", low(f["id"])))
            elif odata == "user" or (odata == "" and has("id", "userprincipalname")):
                principals.add(("user", low(f["id"])))
            elif kind in ("microsoft.management/managementgroups", "subscriptions") or kind.endswith("managementgroups/subscriptions"):
                place = ("subscription", last(f["id"])) if "subscriptions/" in low(f["id"]) else ("management-group", last(f["id"]))
                principals.add(place)
                parent = f.get("parent") or (f.get("details") or {}).get("parent")
                if isinstance(parent, dict):
                    trusts.add(("child-of", place, last(parent["id"])))
                    named.add(("management-group", last(parent["id"])))
                for child in f.get("children") or []:
                    inner = "subscription" if low(child["type"]).endswith("subscriptions") else "management-group"
                    trusts.add(("child-of", (inner, last(child["id"])), place[1]))
            elif low(f.get("id")).startswith("/subscriptions/") and has("subscriptionid", "displayname", "state"):
                principals.add(("subscription", low(f["subscriptionid"])))
            elif isinstance(f.get("identity"), dict) and low(f.get("id")).startswith("/subscriptions/"):
                principals.add(("workload", low(f["id"])))
            for member in ("passwordcredentials", "keycredentials"):
                for credential in f.get(member) or []:
                    credentials.add(low({norm(k): v for k, v in credential.items()}["keyid"]))
    aliases = {id for kind, id in named if kind == "alias"}
    known = {id for _, id in principals}
    referenced = {(kind, id) for kind, id in named if kind != "alias" and id not in known and id not in aliases}
    return {
        "listed": len(principals),
        "referenced": len({id for _, id in referenced}),
        "credentials": len(credentials),
        "grants": len(grants),
        "trusts": len(trusts),
    }


def scanned(report):
    """The same figures of `lapse scan --format json`."""
    rows = report["inventory"] if "inventory" in report else report
    azure = lambda kind: [row for row in rows.get(kind, []) if row.get("platform") == "azure"]
    principals = azure("principals")
    return {
        "listed": sum(row["seen"] == "listed" for row in principals),
        "referenced": sum(row["seen"] == "referenced" for row in principals),
        "credentials": len(azure("credentials")),
        "grants": len(azure("grants")),
        "trusts": len(azure("trusts")),
    }


def main(arguments):
    against = None
    if arguments[:1] == ["--against"]:
        source = sys.stdin if arguments[1] == "-" else open(arguments[1], encoding="utf-8")
        against = scanned(json.load(source))
        arguments = arguments[2:]
    total = {}
    for path in arguments:
        found = count(path)
        print(path.split("/")[-1], found)
        total = {key: total.get(key, 0) + value for key, value in found.items()}
    if against is not None:
        print("scan", against)
        return 0 if against == total else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
