/* st.h - The old name of ruby/st.h
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#include "ruby/st.h"
