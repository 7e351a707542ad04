#!/usr/bin/env python3
"""Counts roles, memberships, passwords and rights in dumps of PostgreSQL, by lines and without the scanner's code.

python3 bench/counts/postgres.py FILE...
"""
import re
import sys

NAME = r'(?:"(?:[^"]|"")*"|[^\s",;]+)'


def count(path):
    text = open(path, encoding="utf-8", errors="replace").read()
    # Rows of tables and bodies of functions are no statements.
    text = re.sub(r"^COPY .* FROM stdin;\n(?:.*\n)*?\\\.\n", "", text, flags=re.M)
    text = re.sub(r"(\$\w*\$)[\s\S]*?\1", "''", text)
    created = set(re.findall(rf"^CREATE (?:ROLE|USER) ({NAME})", text, flags=re.M))
    roles = created | set(re.findall(rf"^ALTER ROLE ({NAME}) WITH ", text, flags=re.M))
    members = re.findall(rf"^GRANT {NAME} TO {NAME}(?: WITH [^;]*)?(?: GRANTED BY {NAME})?;", text, flags=re.M)
    on = re.findall(r"^GRANT [^;]* ON [^;]* TO [^;]*;", text, flags=re.M)
    owners = re.findall(r"^ALTER (?!DEFAULT)[^;]* OWNER TO [^;]*;", text, flags=re.M)
    return {
        "roles": len(roles),
        "superusers": len(re.findall(r"^ALTER ROLE .* WITH SUPERUSER", text, flags=re.M)),
        "memberships": len(members),
        "passwords": len(re.findall(r"^ALTER ROLE .* PASSWORD '", text, flags=re.M)),
        "grant statements": len(on),
        "owner statements": len(owners),
        "default privileges": len(re.findall(r"^ALTER DEFAULT PRIVILEGES [^;]* GRANT [^;]*;", text, flags=re.M)),
        "security definer": len(re.findall(r"^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)[^;]*?SECURITY DEFINER", text, flags=re.M)),
    }


for file in sys.argv[1:]:
    print(file, count(file))
