#!/usr/bin/env python3
"""
Counts what an export of Google Cloud assets holds, without lapse: what `docs/sources/gcp.md` compares with.

    bench/counts/gcp.py FILE_OR_FOLDER…

One line per file and a sum: bindings with their members (a member of a role on a resource counts once per condition), accounts, keys
that users manage, role definitions, and who is named. JSON lists and one document per line are read, in both spellings.
"""
import collections, json, os, re, sys


def documents(path):
    text = open(path, encoding="utf-8-sig").read()
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        while at < len(text) and text[at].isspace():
            at += 1
        if at >= len(text):
            return
        document, at = decoder.raw_decode(text, at)
        yield from document if isinstance(document, list) else [document]


def get(thing, *names):
    for name in names:
        snake = re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), name)
        thing = thing.get(name, thing.get(snake)) if isinstance(thing, dict) else None
    return thing


def count(path):
    found = {name: set() for name in ("grants", "accounts", "keys", "roles", "members", "conditions")}
    try:
        records = [record for record in documents(path) if isinstance(record, dict) and get(record, "assetType")]
    except (json.JSONDecodeError, UnicodeDecodeError):
        records = []
    for record in records:
        name, kind, data = get(record, "name"), get(record, "assetType"), get(record, "resource", "data") or {}
        for binding in get(record, "iamPolicy", "bindings") or []:
            condition = json.dumps(binding.get("condition"), sort_keys=True)
            for member in binding.get("members", []):
                member = member if member.startswith("principal") else member.lower()
                found["grants"].add((name, binding["role"], member, condition))
                found["members"].add(member)
            if binding.get("condition"):
                found["conditions"].add(condition)
        if kind.endswith("/ServiceAccount") and data.get("email"):
            found["accounts"].add(data["email"].lower())
        if kind.endswith("/ServiceAccountKey") and get(data, "keyType") != "SYSTEM_MANAGED":
            found["keys"].add(name)
        if kind == "iam.googleapis.com/Role":
            found["roles"].add(get(data, "name") or name)
    return collections.Counter({"assets": len(records), **{name: len(each) for name, each in found.items()}})


def files(root):
    if os.path.isfile(root):
        return [root]
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names)


total = collections.Counter()
for path in (path for root in sys.argv[1:] for path in files(root)):
    counts = count(path)
    total += counts
    print(os.path.basename(path), dict(counts))
print("all", dict(total))
