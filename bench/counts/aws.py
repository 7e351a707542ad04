#!/usr/bin/env python3
"""Counts what AWS exports hold, without any code of lapse: what its readers must come to.

    python3 bench/counts/aws.py FILE...

Grants are statements times holders: of inline policies once, of managed policies once per attachment, of boundaries once per
bounded principal, each pair of holder and identical statement once; an attachment without a document counts one. Trusts are one per
statement, named principal and way of becoming the role; memberships and profiles count beside them. Referenced principals are
those that are only named.
"""
import json
import sys
import urllib.parse


def listed(value):
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def document(value):
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return json.loads(urllib.parse.unquote(value))
    return value


def statements(value):
    return listed(document(value).get("Statement"))


def key(statement, version):
    return json.dumps([statement, version == "2012-10-17"], sort_keys=True).lower()


def default_version(policy):
    for version in policy.get("PolicyVersionList", []):
        if version.get("IsDefaultVersion"):
            return version["Document"]
    return None


WAYS = {"sts:assumerole": "AWS Service", "sts:assumerolewithwebidentity": "Oidc", "sts:assumerolewithsaml": "Saml"}


def matches(pattern, action):
    import fnmatch
    return fnmatch.fnmatchcase(action, pattern.lower())


def trusts_of(role, named):
    found = set()
    for statement in statements(role["AssumeRolePolicyDocument"]):
        actions = listed(statement.get("Action"))
        principal = statement.get("Principal", {})
        if isinstance(principal, str):
            principal = {"AWS": principal}
        condition = json.dumps(statement.get("Condition"), sort_keys=True)
        for kind, values in principal.items():
            for value in listed(values):
                kinds = kind if kind != "Federated" else ("Saml" if ":saml-provider/" in value else "Oidc")
                for action, allowed in WAYS.items():
                    everyone = kind == "AWS" and value == "*"
                    if (kinds in allowed.split() or everyone) and any(matches(a, action) for a in actions):
                        found.add((value if kind != "AWS" else account_of(value), kind, action, condition, statement["Effect"]))
                if kind in ("AWS", "Service") and value != "*":
                    named.add((kind, account_of(value) if kind == "AWS" else value))
    return found


def account_of(value):
    if value.isdigit():
        return value
    parts = value.split(":")
    return parts[4] if len(parts) > 5 and parts[5] == "root" else value


def authorization_details(data):
    policies = {policy["Arn"]: policy for policy in data.get("Policies", [])}
    holders = {
        "user": (data.get("UserDetailList", []), "UserPolicyList"),
        "group": (data.get("GroupDetailList", []), "GroupPolicyList"),
        "role": (data.get("RoleDetailList", []), "RolePolicyList"),
    }
    counts = dict(users=0, groups=0, roles=0, policies=len(policies), grants=0, unread=0, trusts=0, memberships=0, profiles=0)
    named, arns = set(), set()
    for kind, (entries, inline) in holders.items():
        counts[kind + "s"] = len(entries)
        for entry in entries:
            arns.add(entry["Arn"])
            grants = set()
            for policy in entry.get(inline, []):
                version = document(policy["PolicyDocument"]).get("Version")
                for one in statements(policy["PolicyDocument"]):
                    grants.add(("identity", policy["PolicyName"], key(one, version)))
            attached = [("identity", policy["PolicyArn"]) for policy in entry.get("AttachedManagedPolicies", [])]
            if entry.get("PermissionsBoundary"):
                attached.append(("boundary", entry["PermissionsBoundary"]["PermissionsBoundaryArn"]))
            for role, arn in attached:
                content = default_version(policies[arn]) if arn in policies else None
                if content is None:
                    grants.add((role, arn, None))
                    counts["unread"] += 1
                    continue
                for one in statements(content):
                    grants.add((role, arn, key(one, document(content).get("Version"))))
            counts["grants"] += len(grants)
            if kind == "user":
                counts["memberships"] += len(set(entry.get("GroupList", [])))
            if kind == "role":
                counts["trusts"] += len(trusts_of(entry, named))
                counts["profiles"] += len({profile["Arn"] for profile in entry.get("InstanceProfileList", []) if "Arn" in profile})
    counts["referenced"] = len({who for who in named if who[1] not in arns and not who[1].startswith("arn:aws:sts")})
    return counts


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        export = isinstance(data, dict) and any(name in data for name in ("UserDetailList", "GroupDetailList", "RoleDetailList"))
        name = path.split("/")[-1]
        if not export:
            print(f"{name}: not an export")
            continue
        print(f"{name}: " + " ".join(f"{key}={value}" for key, value in authorization_details(data).items()))


main()
