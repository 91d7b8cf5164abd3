/* Pure C, without any heap: works as without the runtime. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void) {
  char buffer[32];
  struct stat s;
  strcpy(buffer, "plain: ");
  strcat(buffer, "ok\n");
  if (stat("/", &s) || stat("/no-such-file", &s) == 0)
    return 1;
  struct iovec parts[2] = {{buffer, 7}, {buffer + 7, strlen(buffer) - 7}};
  if (writev(1, parts, 2) != 10 || memcmp(buffer, "plain", 5))
    return 2;
  return 0;
}
