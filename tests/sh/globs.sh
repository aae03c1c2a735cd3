touch a b c; echo *

touch a.c b.c c.h; echo *.c *.h *.x

touch ab ac bc; echo a? ?c ??

touch a1 a2 b1; echo [a]* *[12] [!a]* [a-b]1

touch a-b ab; echo a[-]b a[!-]* 'a'[-]b

touch .hidden seen; echo * .h*

mkdir d e; touch d/x e/x e/y; echo */x */* d/*

mkdir d; touch d/x f; echo */ */x

mkdir -p a/b/c; touch a/b/c/f; echo a/*/c/* */*/*/f

touch 'a b' c; set -- *; echo $# "$1"

touch 'a*b' axb; echo 'a*b' a\*b "a*"b a*b

x='*'; touch q r; echo $x "$x"

touch '[x]'; echo [[]x] \[x]

echo nothing* [z]q

set -f; touch a; echo *; set +f; echo *

touch b a c B; for f in *; do echo $f; done

touch a b; case a in *) echo star;; esac; case '*' in \*) echo lit;; esac

case abc in a?c) echo 1;; esac; case abc in ?) echo 2;; *) echo 3;; esac

case a.b in *.*) echo dot;; esac; case .x in *) echo any;; esac

case x in [a-z]) echo lower;; esac; case X in [!a-z]) echo other;; esac

case a/b in *) echo slash;; esac; case a/b in a*b) echo m;; esac

x='a*'; case abc in $x) echo pat;; esac; case abc in "$x") echo no;; *) echo quoted;; esac

case ']' in []]) echo bracket;; esac; case - in [a-]) echo dash;; esac

case a in b|a|c) echo alt;; esac; case x in b|a) echo no;; esac; echo $?

case "" in "") echo empty;; esac; case "" in ?*) echo no;; *) echo none;; esac

case a in a) ;; esac; echo $?; case a in esac; echo $?

touch x y; echo "*" * | cat; echo ./*

touch f1 f2; echo f[0-9] f[[:digit:]] [[:alpha:]]1

x=$(echo *); echo "$x"

touch a b; y="*"; z=$y; echo "$z" $z

echo /et[c] /[e]tc/hos[t]s

touch -- -n; echo ./*

