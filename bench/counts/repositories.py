#!/usr/bin/env python3
"""Counts what Compose, Helm, CircleCI, Ansible and Jenkins files of a checkout say, without any of lapse (needs PyYAML).

    python3 bench/counts/repositories.py FOLDER…
"""
import pathlib
import re
import sys

import yaml


def load(path):
    try:
        return list(yaml.load_all(path.read_text(), Loader=yaml.BaseLoader))
    except yaml.YAMLError:
        return []


def parts(value):
    """Mappings with a service account of their own."""
    if not isinstance(value, dict):
        return 0
    own = isinstance(value.get("serviceAccount"), dict)
    return own + sum(parts(inner) for key, inner in value.items() if key != "serviceAccount")


for folder in map(pathlib.Path, sys.argv[1:]):
    count = {}

    def add(name, number=1):
        count[name] = count.get(name, 0) + number

    for path in sorted(folder.rglob("*")):
        name, text = path.name, None
        if not path.is_file():
            continue
        if re.fullmatch(r"(docker-)?compose[\w.-]*\.ya?ml", name):
            for document in load(path):
                if isinstance(document, dict):
                    add("compose services", len(document.get("services") or {}))
        elif name == "Chart.yaml":
            add("charts")
        elif re.fullmatch(r"([\w.-]+[.-])?values([.-][\w.-]+)?\.ya?ml", name):
            for document in load(path):
                if isinstance(document, dict):
                    add("parts of values with a service account", parts(document))
        elif path.parent.name == ".circleci":
            contexts = set()
            for document in load(path):
                for flow in ((document or {}).get("workflows") or {}).values():
                    for job in flow.get("jobs", []) if isinstance(flow, dict) else []:
                        for settings in job.values() if isinstance(job, dict) else []:
                            found = settings.get("context", []) if isinstance(settings, dict) else []
                            contexts |= {found} if isinstance(found, str) else set(found)
            add("contexts", len(contexts))
        elif name.endswith((".yml", ".yaml")):
            for document in load(path):
                if isinstance(document, list):
                    add("plays", sum(isinstance(play, dict) and "hosts" in play for play in document))
        elif name.endswith(".groovy") or name.startswith("Jenkinsfile"):
            text = re.sub(r"^\s*(?://|\*|/\*)[^\n]*", "", path.read_text(), flags=re.M)
            agents = re.findall(r"\bsshagent\s*\(?\s*(?:credentials:\s*)?\[\s*[\"']([^\"']+)", text)
            ids = re.findall(r"""\bcredentials\s*\(\s*["']([^"'$]+)["']\s*\)|\bcredentialsId\s*[:=]\s*["']([^"'$]+)["']""", text)
            add("names of credentials", len({one or other for one, other in ids} | set(agents)))
    print(folder.name, count)
