#!/bin/sh
set -eu
aws s3 sync build "s3://larkspur-orders-release/"
