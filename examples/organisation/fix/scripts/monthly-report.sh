#!/bin/sh
# Runs on the first of each month from the finance machine, with a five-minute credential.
set -eu
lapse exec --for orders-db --action select --reason "monthly report" -- \
  psql -c "copy (select customer, sum(total) from orders group by customer) to stdout with csv header" > report.csv
