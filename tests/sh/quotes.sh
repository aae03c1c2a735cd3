echo a   b

echo 'a   b'

echo "a   b"

echo a\ \ b

echo 'it'\''s'

echo "say \"x\""

echo "a\$b" '$b'

printf '%s\n' "a\b"

printf '%s\n' 'a\b' a\\b "a\\b"

echo ''

set -- '' "" ''''; echo $#

set -- a'b'"c"d; echo $1 $#

echo "`echo in`" '`echo in`'

echo "\`x\`"

echo a#b '#c' # comment

echo "a # b"

x='a  b'; echo $x "$x" '$x'

x='*'; echo "$x" '*' \*

echo "'" '"'

printf '<%s>' "a'b" 'c"d'; echo

echo "$(echo "nested \"quotes\" 'here'")"

echo "${x:-"a  b"}"

echo ${x:-"a  b"} ${x:-'c  d'}

echo "${x:-a\}b}"

x=1; echo "${x+'q'}"

echo \a\b\c

printf %s "\a" | od -c | head -n 1

echo a\
b

echo "a\
b" 'c\
d'

echo \"x\" \'y\'

echo "tab	in"

set -- "a b" c; for i in "$@"; do echo "<$i>"; done

set -- "a b" c; for i in $@; do echo "<$i>"; done

set -- "a b" c; for i in "$*"; do echo "<$i>"; done

set -- "a b" c; for i in $*; do echo "<$i>"; done

set --; for i in "$@"; do echo "<$i>"; done; echo none

set --; set -- "$@" ""; echo $#

set -- a b; set -- "x$@y"; echo $# "$1" "$2"

set -- a b; set -- x"$*"y; echo $# "$1"

echo $'x' | cat
