/* Empty: some of xv6's programs include it, but none uses it. */
#pragma once
