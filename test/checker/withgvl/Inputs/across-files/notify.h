void notify(void *message);
void notify_if(void *message, int released);
void notify_checked(void *message);
void notify_released(void *message);
void notify_from_thread(void *message);
void pass_on(void *message);
