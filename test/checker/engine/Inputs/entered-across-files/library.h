int computes(int n);
char *copies(const char *text);
char *copies_held(const char *text);
void *makes(const char *text);
char *copies_further(const char *text);
