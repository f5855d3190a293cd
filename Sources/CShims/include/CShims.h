#pragma once
int itsm_placeholder(void);
