#!/usr/bin/env python3
"""Counts accounts, roles and rights in dumps of users and answers of SHOW GRANTS, by lines and without the scanner's code.

python3 bench/counts/mysql.py FILE...
"""
import re
import sys

ACCOUNT = r"[`'][^`']*[`']@[`'][^`']*[`']"


def count(path):
    text = open(path, encoding="utf-8", errors="replace").read()
    text = re.sub(r"/\*M?!\d*([^*]*)\*/", r"\1", text)
    lines = [re.sub(r"^\|\s*|\s*\|$", "", line).strip() for line in text.splitlines()]
    grants = [line for line in lines if re.match(r"GRANT .* ON .* TO ", line)]
    real = [line for line in grants if not line.startswith("GRANT USAGE ON *.*")]
    accounts = {a for line in lines if re.match(r"CREATE\s+(?:OR REPLACE\s+)?USER", line) for a in re.findall(ACCOUNT, line)[:1]}
    accounts |= {a for line in grants if " ON *.* TO " in line for a in re.findall(ACCOUNT, line)[-1:]}
    return {
        "accounts": len(accounts),
        "roles created": len([line for line in lines if line.startswith("CREATE ROLE")]),
        "grant statements": len(real),
        "memberships": len([line for line in lines if re.match(r"GRANT (?!.* ON )", line)]),
        "partial revokes": len([line for line in lines if re.match(r"REVOKE .* ON ", line)]),
    }


for file in sys.argv[1:]:
    print(file, count(file))
