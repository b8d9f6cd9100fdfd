package eval

import ("testing";"fmt";"os";"strings";"github.com/debate-chatbot/debate-api/internal/claim";"github.com/debate-chatbot/debate-api/internal/llm/offline")

func TestZZ(t *testing.T){
	o,_:=offline.New(offline.Options{})
	show:=func(text string){
		r,s:=claim.Read(text)
		r2,s2:=o.ReadTopic(text,r,s)
		fmt.Printf("%.100s\n    %.2f %s %q -> %.2f %s %q\n",text,s,r.Stance,r.Topic,s2,r2.Stance,r2.Topic)
	}
	data,_:=os.ReadFile("/tmp/opp/show.txt")
	for l:=range strings.Lines(string(data)){ show(strings.TrimSpace(l)) }
}
