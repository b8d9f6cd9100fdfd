try{document.documentElement.dataset.theme=localStorage.getItem("debate.theme")??""}catch{}
