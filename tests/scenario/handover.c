/* SPDX-License-Identifier: Apache-2.0 */
/* handover PORTFILE COMMAND...: becomes a command as a socket unit of systemd starts it: two sockets that listen on loopback are its descriptors 3 and 4,
 * with LISTEN_FDS and LISTEN_PID; their ports are written to PORTFILE. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned open_at(int wanted) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0 || (fd != wanted && dup2(fd, wanted) != wanted)) {
        perror("handover");
        exit(125);
    }
    if (fd != wanted) (void)close(fd);
    return ntohs(address.sin_port);
}

int main(int argc, char **argv) {
    char text[32];
    if (argc < 3) return 125;
    unsigned first = open_at(3), second = open_at(4);
    FILE *file = fopen(argv[1], "w");
    if (file == NULL || fprintf(file, "%u %u\n", first, second) < 0 || fclose(file) != 0) return 125;
    (void)snprintf(text, sizeof text, "%ld", (long)getpid());
    if (setenv("LISTEN_PID", text, 1) != 0 || setenv("LISTEN_FDS", "2", 1) != 0) return 125;
    (void)execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 125;
}
