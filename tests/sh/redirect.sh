echo a > f; cat f; echo b >> f; cat < f

echo a >f; >f; wc -c < f | tr -d ' '

(echo err >&2) 2>f; cat f

{ echo out; echo err >&2; } > f 2>&1; cat f

{ echo out; echo err >&2; } 2>&1 >f | sed 's/^/pipe /'; cat f

echo a > f; cat <f >g; cat g

exec 3>f; echo x >&3; echo y >&3; exec 3>&-; cat f

echo data > f; exec 3<f; read x <&3; echo $x; exec 3<&-

echo 12345 > f; exec 3<>f; read x <&3; echo $x

cat nothere 2>/dev/null; echo $?

(cat < nothere) 2>/dev/null; echo after

(: > /nodir/f; echo after) 2>/dev/null; echo after

: > f; test -f f && echo made

>f; test -f f && echo made

x=v >f; echo $x; test -f f && echo made

> f echo first; cat f

echo a 1>f; echo b 2>g; cat f

echo to5 5>f >&5; cat f

for i in 1 2; do echo $i; done > f; cat f

printf 'x\ny\n' > f; while read l; do echo "<$l>"; done < f

if true; then echo in; fi > f; cat f

case a in a) echo case;; esac > f; cat f

(echo sub; echo two) > f; cat f

f() { echo func; }; f > o; cat o

f() { echo func; } > o; f; cat o

{ echo a; } > f; { cat; } < f

echo keep; exec > f; echo gone; cat f >&2

cat <<E
text
E

HOME=/h; x=v
cat <<E
$HOME $(echo sub) $((1+1)) \$x `echo b` ${x} "$x" '$x' \\ \a
E

cat <<'E'
$HOME $(echo sub) \$x
E

cat <<\E
$x
E

cat <<-E
	tab
		two
	E

cat <<E | tr a-z A-Z
pipe
E

cat <<A; cat <<B
one
A
two
B

cat <<A <<B
one
A
two
B

if true; then cat <<E
inside
E
fi

f() { cat <<E
func $1
E
}; f arg; f two

while read a b; do echo "$b $a"; done <<E
1 2
3 4
E

cat <<E
joined \
line
E

cat <<"E F"
words
E F

read x <<E
value
E
echo $x

echo $(cat <<E
in substitution
E
)

i=0; while [ $i -lt 50 ]; do i=$((i+1)); echo "line $i, which has some words more than needed"; done > f; x=$(cat f); cat <<E | wc -l | tr -d ' '
$x
E

echo a b c | { read x y; echo "$y,$x"; }

echo '  a  b  ' | { read x; echo "<$x>"; }

printf '%s\n' 'a\b' | { read x; echo "$x"; }; printf '%s\n' 'a\b' | { read -r x; printf '%s\n' "$x"; }

printf 'a\\\nb\n' | { read x; echo "$x"; }

echo a:b:c | { IFS=: read x y; echo "$x $y"; }

echo a::c | { IFS=: read x y z; echo "<$x><$y><$z>"; }

printf 'noend' | { read x; echo "$? $x"; }

printf '' | { read x; echo "$? <$x>"; }

echo 'a b' | { read x y z; echo "<$x><$y><$z>"; }

echo a | cat | cat | cat

false | true; echo $?; true | false; echo $?

echo a | (read x; echo $x); echo ${x-unset}

exit 3 | true; echo $?

echo x | while read l; do echo "got $l"; done

(exit 3) | (exit 4); echo $?

yes | head -n 2

set -- $(seq 1 3 | sed 's/2/x/'); echo $@

exec 5>&1; x=$(echo to5 >&5); echo "<$x>"; exec 5>&-

{ echo a; exec 1>&2; echo b; } 2>/dev/null

umask 077; umask; umask 022; umask

cat <<E | cat <<F
one
E
two
F

for i in 1 2; do cat <<E
$i
E
done

x=$(cat <<E
a
  b
E
); echo "$x"

echo a >f; echo b >|f; cat f

cat <<E && echo after
body
E
