#!/bin/sh
# Makes the desk's database and its two roles: one owns the tables and migrates, the other serves. The image of PostgreSQL runs it once, on an
# empty volume. Elsewhere: with POSTGRES_USER a superuser, as whom psql can connect.
set -eu

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set=owner_password="$ITSM_OWNER_PASSWORD" --set=app_password="$ITSM_APP_PASSWORD" << 'SQL'
CREATE ROLE itsm_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE itsm_app LOGIN PASSWORD :'app_password';
CREATE DATABASE itsm OWNER itsm_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT ON DATABASE itsm FROM PUBLIC;
GRANT CONNECT ON DATABASE itsm TO itsm_app;
SQL
