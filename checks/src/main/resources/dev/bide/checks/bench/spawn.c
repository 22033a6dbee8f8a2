/* The floor: starts /bin/true COUNT times by posix_spawn, SLOTS at once, and waits for each. */
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int main(int count_of_arguments, char **arguments) {
  int count = atoi(arguments[1]), slots = atoi(arguments[2]), running = 0;
  char *words[] = {"/bin/true", NULL};
  (void)count_of_arguments;
  while (count > 0 || running > 0) {
    if (count > 0 && running < slots) {
      pid_t pid;
      if (posix_spawn(&pid, words[0], NULL, NULL, words, environ) != 0) return 1;
      count--, running++;
    } else if (wait(NULL) > 0) running--;
  }
  return 0;
}
