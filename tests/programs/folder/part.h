#pragma once

#ifdef __cplusplus
extern "C" {
#endif

const char* part(void);
const char* deeper_part(void);

#ifdef __cplusplus
}
#endif
