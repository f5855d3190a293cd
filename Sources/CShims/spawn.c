#include "CShims.h"
int itsm_placeholder(void) { return 0; }
