// The constant parts of the pages: the style, and the script that updates the status page.
#pragma once

namespace httpd {

inline const char kStyle[] = R"(<style>
body{font:15px/1.45 system-ui,"DejaVu Sans",sans-serif;margin:0;background:#f3f5f8;color:#1d2733}
header{background:#17324d;color:#fff;padding:1.1em 0}header>div,main,#graph{max-width:66em;margin:0 auto;padding:0 1.2em}
h1{font-size:1.5em;margin:0}header p{color:#b9cbdd;margin:.1em 0 0}h2{font-size:1.05em;margin:1.6em 0 .5em}
.row{display:flex;flex-wrap:wrap;gap:.8em;margin-top:1.2em}
.card{flex:1 1 8em;background:#fff;border-radius:8px;padding:.7em 1em;box-shadow:0 1px 2px #0002}
.card b{display:block;font-size:1.5em;font-weight:600}.card span,th{color:#65758a;font-weight:400}
table{border-collapse:collapse;background:#fff;border-radius:8px;box-shadow:0 1px 2px #0002;width:100%}
td,th{padding:.22em .9em;text-align:left;border-top:1px solid #eef1f5}tr:first-child>*{border:0}
.n{text-align:right}td,b{font-variant-numeric:tabular-nums}code{color:#65758a}.drop td{background:#fff6e6}
svg{width:100%;height:7em;background:#fff;border-radius:8px;box-shadow:0 1px 2px #0002;margin-top:1.2em}
polyline{fill:none;stroke-width:1.6;vector-effect:non-scaling-stroke}#in{stroke:#1f77b4}#out{stroke:#e08214}
#said{color:#65758a;font-size:.9em}
</style>
)";

// Every second it fetches the page, replaces the body, and draws by how much the packet counts have grown.
// Without scripts the browser reloads the whole page.
inline const char kScript[] = R"(<script>
const past=[];let last;
function draw(){
 const d=document.querySelector('main').dataset,now={t:+d.ms,i:+d.in,o:+d.out};
 if(last&&now.t>last.t)past.push({i:(now.i-last.i)*1e3/(now.t-last.t),o:(now.o-last.o)*1e3/(now.t-last.t)});
 last=now;if(past.length>120)past.shift();
 const top=Math.max(10,...past.map(p=>Math.max(p.i,p.o)));
 for(const k of['in','out'])document.getElementById(k).setAttribute('points',
  past.map((p,n)=>(120-past.length+n)*5+','+(98-(k=='in'?p.i:p.o)/top*94)).join(' '));
 const p=past[past.length-1];
 if(p)document.getElementById('said').textContent='packets a second, the last two minutes: '+
  Math.round(p.i)+' received (blue), '+Math.round(p.o)+' sent (orange); top of the scale '+Math.round(top);
}
async function look(){
 try{const text=await(await fetch('/status')).text();
  const page=new DOMParser().parseFromString(text,'text/html');
  document.querySelector('main').replaceWith(page.querySelector('main'));draw()
 }catch(e){document.getElementById('said').textContent='the guest does not answer'}
 setTimeout(look,1000)
}
draw();setTimeout(look,1000)
</script>
)";

}  // namespace httpd
