#!/usr/bin/env python3
"""Counts what is in states and plans of Terraform, without any code of lapse: AWS and Google Cloud.

    python3 bench/counts/terraform.py FILE...
    python3 bench/counts/terraform.py --against COUNTS.json FILE...

Per file: listed principals, credentials, grants and trusts, from the attributes of managed resources alone. Of a plan it is what is
there before together with what is there after. COUNTS.json has the same figures by the name of the file, as
`lapse scan --format json` of each file comes to; where they differ, the script fails.
"""

import json
import re
import sys

IAM = re.compile(r"^(google_\w+?)_iam_(member|binding|policy)$")
HOLDERS = {"aws_iam_user": "user", "aws_iam_role": "role", "aws_iam_group": "group"}
WORKLOADS = {"aws_lambda_function": "role", "aws_instance": "iam_instance_profile"}
FINDS_NAME = {"user": "user", "role": "role", "group": "group"}


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def state_resources(document):
    for resource in document.get("resources", []):
        if resource.get("mode") == "managed":
            for instance in resource["instances"]:
                yield resource["type"], instance.get("attributes") or {}


def shown_resources(module):
    for resource in module.get("resources", []):
        if resource.get("mode") == "managed":
            yield resource["type"], resource.get("values") or {}
    for child in module.get("child_modules", []):
        yield from shown_resources(child)


def sides(document):
    """The resources now, and those after a plan."""
    if "resource_changes" in document:
        changes = [c for c in document["resource_changes"] if c["mode"] == "managed"]
        before = [(c["type"], c["change"]["before"]) for c in changes if c["change"]["before"]]
        after = [
            (c["type"], c["change"]["before"] if c["change"]["actions"] == ["no-op"] else c["change"]["after"])
            for c in changes
            if c["change"]["after"]
        ]
        return [before, after]
    if "values" in document:
        return [list(shown_resources(document["values"]["root_module"]))]
    return [list(state_resources(document))]


def statements(text):
    return as_list(json.loads(text)["Statement"])


def of_statement(statement):
    return json.dumps({k: statement.get(k) for k in ("Effect", "Action", "NotAction", "Resource", "NotResource", "Condition", "Sid")}, sort_keys=True)


def policy_facts(holder, name, text, grants):
    for statement in statements(text):
        grants.add((holder, name, of_statement(statement)))


def count_side(resources):
    listed, credentials, grants, trusts = set(), set(), set(), set()
    policies = {a["arn"]: a["policy"] for t, a in resources if t == "aws_iam_policy" and "arn" in a}

    def attach(holder, arn):
        if arn in policies:
            policy_facts(holder, arn, policies[arn], grants)
        else:
            grants.add((holder, arn, "unknown"))

    for type_, a in resources:
        if type_ in HOLDERS:
            kind = HOLDERS[type_]
            listed.add((kind, a.get("arn") or a.get("name")))
            holder = (kind, a.get("name"))
            if a.get("permissions_boundary"):
                attach((*holder, "boundary"), a["permissions_boundary"])
            for inline in as_list(a.get("inline_policy")):
                if inline.get("name"):
                    policy_facts(holder, inline["name"], inline["policy"], grants)
            for arn in as_list(a.get("managed_policy_arns")):
                attach(holder, arn)
            if a.get("assume_role_policy"):
                for statement in statements(a["assume_role_policy"]):
                    for by, names in statement["Principal"].items():
                        for name in as_list(names):
                            for action in as_list(statement["Action"]):
                                trusts.add((holder, by, name, action, json.dumps(statement.get("Condition"))))
        elif re.fullmatch(r"aws_iam_(user|role|group)_policy", type_):
            kind = type_.split("_")[2]
            policy_facts((kind, a[kind]), a["name"], a["policy"], grants)
        elif re.fullmatch(r"aws_iam_(user|role|group)_policy_attachment", type_):
            kind = type_.split("_")[2]
            attach((kind, a[kind]), a["policy_arn"])
        elif type_ == "aws_iam_access_key":
            credentials.add(a["id"])
        elif type_ in WORKLOADS:
            listed.add((type_, a["arn"]))
            if a.get(WORKLOADS[type_]):
                trusts.add((type_, a["arn"], a[WORKLOADS[type_]]))
        elif type_ == "google_service_account":
            if a.get("email") or (a.get("account_id") and a.get("project")):
                listed.add((type_, a.get("email") or a["account_id"]))
        elif type_ in ("google_project_iam_custom_role", "google_organization_iam_custom_role"):
            listed.add((type_, a["role_id"]))
            grants.add((type_, a["role_id"], json.dumps(sorted(a["permissions"]))))
        elif type_ == "google_project":
            listed.add((type_, a["project_id"]))
        elif type_ == "google_compute_instance":
            accounts = {x["email"] for x in as_list(a.get("service_account")) if x.get("email")}
            if accounts:
                listed.add((type_, a["name"]))
            trusts.update((type_, a["name"], x) for x in accounts)
        elif IAM.match(type_):
            form = IAM.match(type_).group(2)
            on = (IAM.match(type_).group(1), *(a.get(k) for k in ("project", "folder", "org_id", "bucket", "name", "id") if a.get(k)))
            if form == "policy":
                if not a.get("policy_data"):
                    continue
                bindings = json.loads(a["policy_data"]).get("bindings", [])
            else:
                members = as_list(a.get("members")) + as_list(a.get("member"))
                bindings = [{"role": a.get("role"), "members": members, "condition": (a.get("condition") or [None])[0]}]
            where = on[:2] if on[0] != "google_storage_bucket" else (on[0], str(a.get("bucket")))
            for binding in bindings:
                for member in binding.get("members", []):
                    grants.add((where, binding["role"], member, json.dumps(binding.get("condition"))))
    return listed, credentials, grants, trusts


def count(path):
    document = json.load(open(path, encoding="utf-8-sig"))
    totals = [set(), set(), set(), set()]
    for side in sides(document):
        for total, found in zip(totals, count_side(side)):
            total |= found
    return dict(zip(("listed", "credentials", "grants", "trusts"), map(len, totals)))


def main(arguments):
    against = None
    if arguments[:1] == ["--against"]:
        against = json.load(open(arguments[1], encoding="utf-8"))
        arguments = arguments[2:]
    failed = False
    for path in arguments:
        name = path.split("/")[-1]
        found = count(path)
        differs = against is not None and against.get(name) != found
        failed |= differs
        print(name, found, *(["scan:", against.get(name)] if differs else []))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
