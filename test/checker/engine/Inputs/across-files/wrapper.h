int use_without_gvl(const char *bytes);
void *run_without_gvl(void *(*function)(void *), void *data);
