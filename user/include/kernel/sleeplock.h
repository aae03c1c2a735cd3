/* Empty: some of xv6's programs include it, none uses it. */
#pragma once
