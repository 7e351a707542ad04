#!/usr/bin/env python3
"""Counts what GitHub files say, without any of lapse: workflows (needs PyYAML) and answers of the API.

    python3 bench/counts/github.py FOLDER…        prints one row per folder, as docs/sources/github.md has them

Grants: one per readable or writable scope of a block that counts; the block of the workflow counts only while a job has
none. Credentials: names behind `secrets.` in expressions, per file, but the token of the run; and rows of secrets, keys and
tokens. What names no repository or organization is told as unplaced.
"""
import json
import pathlib
import re
import sys

import yaml

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.S)
SECRET = re.compile(r"\bsecrets\.([A-Za-z_][\w-]*)", re.I)


def levels(block):
    if block == "read-all" or block == "write-all":
        return 1
    return sum(1 for level in (block or {}).values() if level in ("read", "write")) if isinstance(block, dict) else 0


def workflow(path, count):
    text = path.read_text()
    root = yaml.load(text, Loader=yaml.BaseLoader)
    if not isinstance(root, dict) or not isinstance(root.get("jobs"), dict):
        return
    count["principals"] += 1
    jobs = [job for job in root["jobs"].values() if isinstance(job, dict)]
    if any("permissions" not in job for job in jobs):
        count["grants"] += levels(root.get("permissions"))
    count["grants"] += sum(levels(job.get("permissions")) for job in jobs)
    uncommented = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    found = {name.upper() for code in EXPRESSION.findall(uncommented) for name in SECRET.findall(code)}
    count["credentials"] += len(found - {"GITHUB_TOKEN"})


def answer(path, count):
    def walk(value):
        if isinstance(value, list):
            unplaced = 0
            for element in value:
                if isinstance(element, dict):
                    unplaced += row(element)
            count["unplaced lists"] += 1 if unplaced else 0
        elif isinstance(value, dict):
            for inner in value.values():
                walk(inner)

    def row(element):
        names = set(element)
        if "token_expires_at" in names:
            count["principals"] += 1
            count["credentials"] += 1
            kinds = element["permissions"]
            count["grants"] += bool(kinds.get("organization") or kinds.get("other")) + bool(kinds.get("repository"))
        elif "credential_type" in names:
            count["principals"] += 1
            count["credentials"] += 1
            count["grants"] += 1 if element.get("scopes") and "SSH" not in element["credential_type"] else 0
        elif "state" in names and ".github/workflows/" in str(element.get("path")):
            count["principals"] += 1
        elif "/settings/environments/" in str(element.get("html_url")):
            count["principals"] += 1
            seen.add("/".join(element["html_url"].split("/")[3:5]))
        elif "full_name" in names:
            seen.add(element["full_name"])
        elif names <= {"name", "created_at", "updated_at", "visibility"} and "updated_at" in names:
            return 1
        return 0

    seen = set()
    walk(json.loads(path.read_text()))
    count["principals"] += len(seen)


for folder in map(pathlib.Path, sys.argv[1:]):
    count = {"files": 0, "principals": 0, "credentials": 0, "grants": 0, "unplaced lists": 0}
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".yml", ".yaml"):
            workflow(path, count)
        elif path.suffix == ".json":
            answer(path, count)
        else:
            continue
        count["files"] += 1
    print(folder.name, count)
