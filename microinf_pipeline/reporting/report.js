addEventListener("keydown",e=>{if(e.key==="Escape")document.body.classList.add("quiet")});
for(const n of["focusin","pointerover"])addEventListener(n,e=>{if(e.target.closest&&e.target.closest(".term"))document.body.classList.remove("quiet")});
for(const s of document.querySelectorAll(".scroll")){const told=()=>{const left=s.scrollWidth-s.clientWidth-s.scrollLeft;s.parentElement.classList.toggle("wide",s.scrollWidth>s.clientWidth+1);s.parentElement.classList.toggle("ended",left<2)};new ResizeObserver(told).observe(s);s.addEventListener("scroll",told,{passive:true})}
