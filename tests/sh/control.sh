if true; then echo yes; fi

if false; then echo yes; else echo no; fi

if false; then echo 1; elif true; then echo 2; else echo 3; fi

if false; then echo 1; elif false; then echo 2; fi; echo $?

if true; false; then echo a; else echo b; fi

if ! false; then echo not; fi

i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done

i=0; until [ $i -ge 3 ]; do echo $i; i=$((i+1)); done

while false; do :; done; echo $?

for i in; do echo $i; done; echo $?

for i in a b c; do echo $i; done; echo $i

set -- x y; for i; do echo $i; done; for i do echo $i; done

for i in 1 2 3; do if [ $i = 2 ]; then break; fi; echo $i; done

for i in 1 2 3; do if [ $i = 2 ]; then continue; fi; echo $i; done

for i in 1 2; do for j in a b; do [ $j = b ] && break 2; echo $i$j; done; done; echo end

for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; echo never; done

while true; do while true; do break 5; done; done; echo out

for i in 1 2; do (break); echo $i; done 2>/dev/null

break; echo after

while :; do break; done; echo $?

while :; do false; break; done; echo $?

i=0; while i=$((i+1)); [ $i -lt 3 ]; do echo $i; done

for i in a b; do echo $i; done | cat

true && echo and; false && echo no; false || echo or; true || echo no

true && false || echo both; false || true && echo all

true && true && echo 3; false || false || echo 3

! true; echo $?; ! false; echo $?; ! true | false; echo $?

{ echo a; echo b; }; { false; }; echo $?

(echo a; exit 3); echo $?; (false); echo $?

( (echo nested) ); ((echo twice) )

f() { echo in; return 5; echo no; }; f; echo $?

f() { false; }; f; echo $?; f() { return; }; false; f; echo $?

f() (x=1; exit 3); f; echo $? ${x-unset}

f() { echo $1; shift; echo $1 $#; }; f a b c; echo $#

f() { echo "$@"; }; f "a b" c; set -- q; f; echo $1

f() { for i in 1 2 3; do [ $i = 2 ] && return 9; echo $i; done; }; f; echo $?

f() { g; echo after; }; g() { return 2; }; f; echo $?

f() { f() { echo new; }; echo old; }; f; f

f() { unset -f f; echo still; }; f; f 2>/dev/null; echo $?

f() if true; then echo iffn; fi; f

f() { echo one; }; f() { echo two; }; f

fact() { if [ $1 -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(($1-1))) )); fi; }; fact 6

x=1; f() { x=2; }; f; echo $x; x=1; (f; echo $x); echo $x

eval 'echo a; echo b'; eval echo c d; eval; echo $?

x='echo $y'; y=v; eval $x; eval "$x"

eval 'f() { echo evalf; }'; f; n=x; eval "$n=5"; echo $x

eval false; echo $?; eval 'exit 4'; echo no

for i in 1 2 3; do eval 'if [ $i = 2 ]; then break; fi'; echo $i; done

echo 'x=5; echo in $x' > f; . ./f; echo $x

echo 'return 3; echo no' > f; . ./f; echo $?

echo 'echo $1' > f; set -- a; . ./f

(. ./nothere; echo no) 2>/dev/null; echo $?

set -- a b c; shift; echo $1 $#; shift 2; echo $#

set -- a; (shift 2; echo no) 2>/dev/null; echo $?

set -- -a -- b; echo $# $1; set -- ; echo $#

set a b; echo $2; set -- "a b" c; echo $1

exit 3; echo no

(exit); echo $?; (false; exit); echo $?

exit 256; echo no

trap 'echo bye' EXIT; echo hi

trap 'echo bye' 0; exit 3

trap 'echo bye $?' EXIT; false

trap 'exit 5' EXIT; exit 2

trap 'echo bye' EXIT; trap - EXIT; echo hi

trap 'echo outer' EXIT; (echo sub); (trap 'echo inner' EXIT)

trap 'echo got' TERM; kill -TERM $$; echo after

trap 'echo got' USR1; kill -USR1 $$; kill -s USR1 $$; trap - USR1

trap '' TERM; kill $$; echo alive

trap 'echo a; echo b' INT; kill -INT $$; echo $?

trap 'echo x' HUP; trap

trap 'f' EXIT; f() { echo fn $?; }; (exit 7)

sh -c 'kill -KILL $$'; echo $?

sh -c 'kill -TERM $$'; echo $?

set -e; echo a; false; echo no

set -e; false || echo ok; if false; then :; fi; ! true; echo still

set -e; false && true; echo still

set -e; while false; do :; done; until true; do :; done; echo ok

set -e; f() { false; echo in; }; f || echo x; echo out

set -e; f() { false; echo in; }; f; echo out

set -e; (false; echo no); echo no

set -e; (false; echo in) || echo or

set -e; x=$(false); echo no

set -e; x=$(false) || echo or; echo $?

set -e; echo $(false) ok

set -e; true | false; echo no

set -e; false | true; echo ok

set -e; { false; echo no; }; echo no

set -e; trap 'echo bye' EXIT; false

set -e; set +e; false; echo ok

set -e; eval false; echo no

set -e; for i in 1 2; do false; done; echo no

set -e; case a in a) false;; esac; echo no

sh -e -c 'false; echo no'; echo $?

sh -c 'echo $0 $1 $#' name arg; sh -c 'echo $#'

sh -u -c 'echo $x' 2>/dev/null; echo $?

echo 'echo $0 $1' > s; sh s arg; sh ./s b

echo 'echo from stdin $1' | sh -s arg; echo 'echo plain' | sh

echo 'exit 7' > s; sh s; echo $?

printf '#!/bin/sh\necho script $1\n' > s; chmod +x s; ./s a

printf 'echo plain $1 $#\n' > s; chmod +x s; ./s a b

nosuchcommand 2>/dev/null; echo $?; ./nothere 2>/dev/null; echo $?

mkdir d; ./d 2>/dev/null; echo $?; touch n; ./n 2>/dev/null; echo $?

command echo x; command -v echo; command -v nosuch; echo $?

echo() { command echo fn "$@"; }; echo a

f() { :; }; command -v f; command -v if; command -v :

type nosuch >/dev/null 2>&1; echo $?; type cd

cd /; pwd; cd /tmp && cd /etc && cd - && pwd

cd / && cd tmp && pwd; echo $PWD $OLDPWD; cd; true

HOME=/etc; cd; pwd; cd nothere 2>/dev/null; echo $?

cd /; (cd /tmp; pwd); pwd

sleep 0 & wait; echo $?; sh -c 'exit 3' & wait $!; echo $?

(exit 4) & x=$!; (exit 5) & y=$!; wait $x; echo $?; wait $y; echo $?

wait 99999; echo $?; wait; echo $?

{ echo bg; } & wait; echo a & wait; echo done

(sleep 0; echo second) & wait; echo third

x=1; { x=2; } & wait; echo $x

false & wait $!; echo $?; kill -0 $$; echo $?

sleep 50 & kill $!; wait $!; echo $?

kill -l 15; kill -l 9; echo $?

exec echo replaced; echo no

exec sh -c 'exit 9'; echo no

(exec echo sub); echo main

exec nosuchprogram 2>/dev/null; echo no

:; echo $?; : a b c; echo $?; true x; false x; echo $?

while getopts ab:c o -a -b val -c rest; do echo $o ${OPTARG:-none}; done; echo $OPTIND

set -- -ab -cfoo x; while getopts abc: o; do echo $o ${OPTARG:-none}; done; shift $((OPTIND-1)); echo $1

while getopts :a:b o -x -a; do echo "$o $OPTARG"; done

if true
then
echo newline
fi

for i in a \
b
do
echo $i
done

case x in
a) echo a;;
x) echo x
;;
esac

f()
{
echo brace
}
f

true &&
echo and

false ||
echo or

echo a |
cat

{ echo a
echo b
}

(
echo sub
)

while read x
do echo $x
done <<E
l

set -x; x=$(echo once >> log; echo value); set +x; echo $x; cat log

set -x; x=$(echo once >> log; echo value) true; y=1 z=2; set +x; cat log; echo $y $z

big=$(printf '%600s' x); i=0
while :; do
case $i in 300) break;; esac
: <<END
$big
END
i=$((i+1))
done; echo $i
