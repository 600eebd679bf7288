package roads

import "syscall"

// populate has all pages mapped at once: checking the file reads all of them.
const populate = syscall.MAP_POPULATE
