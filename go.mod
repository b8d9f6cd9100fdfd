module github.com/debate-chatbot/debate-api

go 1.26.0
