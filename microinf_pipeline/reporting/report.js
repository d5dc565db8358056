addEventListener("keydown",e=>{if(e.key==="Escape")document.body.classList.add("quiet")});
for(const n of["focusin","pointerover"])addEventListener(n,e=>{if(e.target.closest&&e.target.closest(".term"))document.body.classList.remove("quiet")});
