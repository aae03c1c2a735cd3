echo ${x:-w} ${x-w} ${x:+w} ${x+w}.

x=; echo ${x:-w} ${x-w} ${x:+w} ${x+w}.

x=v; echo ${x:-w} ${x-w} ${x:+w} ${x+w}.

echo ${x:=w} $x; echo ${y=z} $y

(echo ${x:?no}) 2>/dev/null; echo $?

(echo ${x?}) 2>/dev/null; echo $?

x=; (echo ${x?no}) 2>/dev/null; echo $?

x=; (echo ${x:?no}) 2>/dev/null; echo $?

x=hello; echo ${#x} ${#y}

set -- a bc def; echo ${#} ${#1} ${#3} $#

set -- 1 2 3 4 5 6 7 8 9 10 11; echo $10 ${10} ${11}

x=a.b.c; echo ${x%.*} ${x%%.*} ${x#*.} ${x##*.}

x=/usr/lib/foo.c; echo ${x##*/} ${x%/*} ${x%.c}

x=aaa; echo ${x#a} ${x##a} ${x%a} ${x#b}.

x='a*b'; echo "${x#*\*}" "${x%'*'b}"

x='a*b'; echo "${x#"a*"}"

x=abc; p='a*'; echo "${x#$p}" "${x#"$p"}"

x=foobar; echo ${x#[a-f]} ${x#[!x]} ${x%?} ${x%%o*}

echo ${x:-${y:-${z:-deep}}}

echo ${x:-$(echo cmd)} ${x:-$((1+1))}

x='a b'; set -- ${x}; echo $#

x='a b'; set -- "${x}"; echo $#

set -- ${x:-a b c}; echo $#

set -- ${x:-"a b" c}; echo $#

set -- "${x:-a b c}"; echo $#

set -- ${x+a b}; echo $#

x=1; set -- ${x+a b}; echo $#

IFS=:; x=a:b::c; set -- $x; echo $# "$1" "$2" "$3" "$4"

IFS=:; x=:a:; set -- $x; echo $# "$1" "$2"

IFS=': '; x='a : b: c'; set -- $x; echo $# "$1" "$2" "$3"

IFS=; x='a b'; set -- $x; echo $#

IFS=,; set -- a b c; echo "$*"

IFS=; set -- a b c; echo "$*"

unset IFS; x=' a  b '; set -- $x; echo $# "$1" "$2"

IFS=x; y=axbxc; echo $y; echo "$y"

x=' a '; set -- b$x'c'; echo $# "$1" "$2" "$3"

x='a '; set -- $x'b'; echo $#

x=' '; set -- $x; echo $#

x=; set -- $x; echo $#

x=; set -- "$x"; echo $#

x=; set -- a$x; echo $#

x=; set -- $x$x""; echo $#

x=abc; echo $x.txt ${x}def "$x"'y'

echo $? ; false; echo $?; true; echo $?

false; x=$?; echo $x

x=$(false); echo $?

x=$(exit 7) ; echo $?

echo "$(printf 'a\n\n\n')"x

echo $(printf 'a\nb  c')

x=$(printf 'a\nb'); echo "$x"

echo "$(printf 'a\nb')"

echo `echo a \`echo b\``

echo "`echo \"q\"`"

echo $(echo $(echo $(echo deep)))

echo $(case a in a) echo matched;; esac)

echo $(case a in (a) echo matched;; esac)

echo $( # comment )
echo hi)

echo "$(echo ")")"

x=$(cat <<A
text )
A
)
echo "$x"

f() { echo "$1"; }; echo "$(f "a  b")"

echo $((1+2)) $((2*3+4)) $((2*(3+4))) $((7/2)) $((7%3)) $((-7/2))

echo $((1<2)) $((2<=2)) $((3>4)) $((3>=4)) $((1==1)) $((1!=1))

echo $((5&3)) $((5|3)) $((5^3)) $((~5)) $((!5)) $((!0)) $((1<<4)) $((256>>2))

echo $((1&&0)) $((1||0)) $((0||0)) $((1?2:3)) $((0?2:3))

x=5; echo $((x)) $(($x+1)) $((x+1)) $((x*x))

echo $((x=3)) $x; echo $((x+=4)) $x; echo $((x-=1)) $((x*=2)) $((x/=3)) $((x%=3)) $x

echo $((x<<=3)) $((y=x=7)) $x $y; x=6; echo $((x|=1)) $((x&=3)) $((x^=1)) $((x>>=1))

echo $((0x1f)) $((010)) $((1 + 2)) $(( ( 1 ) ))

echo $((1-1-1)) $((2-(1-1))) $((- - 3)) $((-(-3)))

echo $((0 && (x=5))) ${x:-unset}; echo $((1 || (x=5))) ${x:-unset}

echo $((1 ? 2 : 1 ? 3 : 4)) $((0 ? 2 : 0 ? 3 : 4))

(echo $((1/0))) 2>/dev/null; echo $?

(echo $((1+))) 2>/dev/null; echo $?

echo $((9223372036854775807 + 1))

x=; echo $((x+1)) $((unset_one+1))

echo "$((1+1))" a$((1+1))b

i=0; while [ $i -lt 5 ]; do i=$((i+1)); done; echo $i

echo $(($(echo 3)+1)) $((${x:-4}+1))

HOME=/h; echo ~ ~/x "~" '~' a~ x=~

HOME=/h; x=~/y:~/z; echo $x

HOME=/h; x="~"; echo $x

HOME=/h; echo ${x:-~}

HOME='/a b'; set -- ~; echo $# "$1"

set -u; (echo $nope) 2>/dev/null; echo $?

set -u; echo ${nope-ok} ${nope:-ok} $# "$@"

set -u; x=; echo "$x"; unset x; (: $x) 2>/dev/null; echo $?

x=1; unset x; echo ${x-unset}

echo $$ | grep -c '^[0-9]*$'

x=$$; y=$(echo $$); [ $x = $y ] && echo same

sleep 0 & [ -n "$!" ] && echo pid; wait

echo "$-" | grep -c e; set -e; echo "$-" | grep -c e

x=a; y=$x$x; z=$y$y; echo $z

a=1 b=2; echo $a$b

a=1 b=$a; echo $b

x=one; { x=two; }; echo $x; (x=three); echo $x

x=1; x=2 true; echo $x

x=1; x=2 sh -c 'echo $x'; echo $x

x=1; sh -c 'echo ${x-unset}'; export x; sh -c 'echo $x'

export x=5; sh -c 'echo $x'; unset x; sh -c 'echo ${x-unset}'

x=1; f() { echo $x; }; x=2 f; echo $x

x=1; f() { local x=2; echo $x; g; }; g() { echo g$x; }; f; echo $x

f() { local a b; a=1; b=2; echo $a$b; }; f; echo ${a-un}${b-un}

f() { local x; x=${1}; [ $x -gt 0 ] && f $((x-1)); echo $x; }; f 3

readonly r=1; (r=2) 2>/dev/null; echo $?; echo $r

readonly r=1; (unset r) 2>/dev/null; echo $?

x=3; readonly x; echo $x

echo ${1-none} ${*:-none}

set -- a b; echo ${@:-none} ${@+some} ${#}
