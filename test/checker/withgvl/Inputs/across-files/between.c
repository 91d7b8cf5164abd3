/* Neither takes the lock nor knows of it. */
#include "notify.h"
void pass_on(void *message) { notify(message); }
