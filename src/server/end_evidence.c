/* SPDX-License-Identifier: Apache-2.0 */
/* GET /p/PID/evidence */
#include <sys/stat.h>
#include <unistd.h>

#include "server/maker.h"
#include "server/route.h"

rr_result rr_end_evidence(rr_request *request) {
    if (!request->ready) return rr_request_queue_evidence(request) ? MHD_YES : rr_reply_busy(request, NULL, 5);
    struct stat stat;
    int descriptor = rr_maker_open(request->server, request->live, request->size);
    if (descriptor < 0 || fstat(descriptor, &stat) != 0) {
        if (descriptor >= 0) (void)close(descriptor);
        return rr_reply_busy(request, NULL, 1); /* somebody emptied the cache at this moment */
    }
    return rr_reply_with(request, 200, rr_response_file(descriptor, (uint64_t)stat.st_size, "application/vnd.sqlite3"));
}
