#!/bin/sh
# Prints for how many days files are kept, as contact_center.yaml says, as variables: eval "$(sh infra/scripts/media-days.sh)"
#
# MEDIA_KEEP_DAYS is for copies of customers' files, UPLOAD_KEEP_DAYS for what agents upload.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/common.sh

days="$(make --silent media-days)" || fail "contact_center.yaml does not say for how long files are kept: make config-check"
hand_on MEDIA_KEEP_DAYS "${days% *}"
hand_on UPLOAD_KEEP_DAYS "${days#* }"
