#ifndef CK_SYSTEM_H
#define CK_SYSTEM_H

// Processors that the scheduler lets this process use, or 0 where the system does not tell.
int ck_affinity_count(void);
#endif
