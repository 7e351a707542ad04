#!/bin/sh
# Runs on the first of each month from the finance machine.
set -eu
psql "postgres://orders_app:{{database_password}}@127.0.0.1:{{database_port}}/orders" \
  -c "copy (select customer, sum(total) from orders group by customer) to stdout with csv header" > report.csv
