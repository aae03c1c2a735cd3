fi

if true; then

while

do

done

(echo

echo )

echo "open

echo 'open

echo $(open

echo `open

echo ${x

echo $((1+2

for 1 in a; do :; done

for

case x

case x in a) echo

f( { echo; }

{ echo a

&& a

| a

; a

a && && b

a | | b

a ;; b

echo a > 

echo a >> | b

if then fi

while do done

( )

{ }

echo a; }; echo no

echo before; fi; echo after

echo a & & b

! 

then

echo ok; if

${x}

x=1 if

esac

if true; then echo a; fi fi

for i in a; do echo; fi

echo ${x!y}

eval 'if'; echo no

eval ')'; echo no

sh -c 'if'; echo $?

. /dev/null; echo $?

shift 5; echo no

break 0; echo no

return 4; echo no

