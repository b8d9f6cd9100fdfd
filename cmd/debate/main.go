package main

import ("fmt";"net/http";"os")
var version="dev"
func main(){ switch os.Args[1]{ case "version": fmt.Println(version, os.Getuid()); case "healthcheck": r,err:=http.Get("http://127.0.0.1:"+os.Getenv("PORT")+"/health"); if err!=nil||r.StatusCode!=200 {os.Exit(1)}}}
