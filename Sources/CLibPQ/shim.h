#pragma once
#include <libpq-fe.h>

/* Fields of an error report, which libpq-fe.h takes from a server header as character macros that Swift does not import. */
enum {
    ITSM_DIAG_SEVERITY = 'V', ITSM_DIAG_SQLSTATE = 'C', ITSM_DIAG_MESSAGE = 'M', ITSM_DIAG_DETAIL = 'D', ITSM_DIAG_TABLE = 't',
    ITSM_DIAG_COLUMN = 'c', ITSM_DIAG_CONSTRAINT = 'n', ITSM_DIAG_FUNCTION = 'R'
};

/* Type OIDs: pg_type_d.h is a server header, these never change. */
enum {
    ITSM_OID_BOOL = 16, ITSM_OID_BYTEA = 17, ITSM_OID_INT8 = 20, ITSM_OID_INT2 = 21, ITSM_OID_INT4 = 23,
    ITSM_OID_TEXT = 25, ITSM_OID_TIMESTAMPTZ = 1184, ITSM_OID_UUID = 2950, ITSM_OID_JSONB = 3802
};

/* libpq 17 can queue a Sync without sending at once, so that several go out in one write; before that each Sync is sent by itself. */
extern int PQsendPipelineSync(PGconn *connection) __attribute__((weak));
static inline int itsm_queue_sync(PGconn *connection) {
    return PQsendPipelineSync ? PQsendPipelineSync(connection) : PQpipelineSync(connection);
}
