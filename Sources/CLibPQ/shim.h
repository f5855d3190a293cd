#pragma once
#include <libpq-fe.h>

/* Type OIDs: pg_type_d.h is a server header, these never change. */
enum {
    ITSM_OID_BOOL = 16, ITSM_OID_BYTEA = 17, ITSM_OID_INT8 = 20, ITSM_OID_INT2 = 21, ITSM_OID_INT4 = 23,
    ITSM_OID_TEXT = 25, ITSM_OID_TIMESTAMPTZ = 1184, ITSM_OID_UUID = 2950, ITSM_OID_JSONB = 3802
};
