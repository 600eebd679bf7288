package demo

import "strings"

// first and last names are put together at random; none is of a real person.
var firstNames = strings.Fields(`
Abigail Ahmed Alejandro Alice Amara Andrew Anh Anita Antonio Beatriz Benjamin Bianca Brandon Camila Carlos
Catherine Charles Chloe Christopher Daniel David Deborah Diego Dmitri Edward Elena Elizabeth Emeka Emily Erik
Esther Ethan Farah Felix Francesca Frank Gloria Grace Hannah Hassan Helen Hiroshi Ibrahim Irene Isaac Isabel
Jacob Jamal James Jasmine Jennifer Jerome Jin Joan Jonathan Jorge Joseph Julia Karim Katherine Kevin Kofi
Latoya Laura Leila Liam Linh Lucia Malik Marcus Margaret Marisol Matthew Mei Michael Miriam Monica Nadia
Nathaniel Nicholas Nkechi Olga Oliver Omar Patricia Pedro Peter Priya Rachel Rebecca Robert Rohan Ruth Samuel
Sandra Sanjay Sofia Stephanie Susan Tamika Theodore Theresa Timothy Tyrone Ursula Valentina Victor Vikram
Wei William Winston Yasmin Yolanda Yusuf Zachary Zoe`)

var lastNames = strings.Fields(`
Abbott Adeyemi Aguilar Alvarez Andersen Arslan Baker Banerjee Barnes Becker Bennett Bianchi Boateng Brennan
Brooks Campbell Castillo Chang Chaudhry Chen Coleman Cooper Costa Cruz Dawson Diallo Diaz Dimitrov Dixon
Donnelly Duarte Edwards Eriksen Farah Ferrari Fischer Fitzgerald Flores Foster Franklin Fujita Garcia Gomez
Graham Greene Gupta Haddad Hamilton Harris Hayes Hernandez Hoang Hoffman Horvat Hughes Hussain Ibarra Ivanov
Jackson Jansen Jimenez Johansson Kaminski Kapoor Keller Khan Kim Kowalczyk Larsen Lee Lewis Lopez Macdonald
Marino Martin Mbeki McAllister Mendoza Mensah Meyer Mitchell Mohammed Morales Murphy Nakamura Navarro Nielsen
Novak Nwosu Okonkwo Oliveira Ortiz Owens Park Patel Pereira Peterson Petrov Popescu Price Quinn Rahman
Ramirez Reyes Richardson Rivera Rossi Russo Santiago Sato Schneider Sharma Silva Singh Sokolov Stewart
Sullivan Suzuki Tanaka Taylor Thompson Torres Tran Turner Vargas Vasquez Wagner Walker Washington Weber
Williams Wright Yamamoto Yang Yilmaz Young Zhang Zimmermann`)

// spokenNames are what people of a first name like to be called.
var spokenNames = map[string]string{
	"Abigail": "Abby", "Alejandro": "Alex", "Andrew": "Andy", "Benjamin": "Ben", "Catherine": "Cathy", "Charles": "Charlie",
	"Christopher": "Chris", "Daniel": "Dan", "Deborah": "Deb", "Edward": "Ed", "Elizabeth": "Liz", "Jennifer": "Jen",
	"Jonathan": "Jon", "Joseph": "Joe", "Katherine": "Kate", "Margaret": "Maggie", "Matthew": "Matt", "Michael": "Mike",
	"Nathaniel": "Nate", "Nicholas": "Nick", "Patricia": "Pat", "Rebecca": "Becky", "Robert": "Rob", "Samuel": "Sam",
	"Stephanie": "Steph", "Theodore": "Ted", "Theresa": "Terry", "Timothy": "Tim", "Victor": "Vic", "William": "Bill", "Zachary": "Zach",
}

// spanish first names: about half of these people prefer to be spoken to in it.
var spanish = map[string]bool{
	"Alejandro": true, "Antonio": true, "Beatriz": true, "Camila": true, "Carlos": true, "Diego": true, "Elena": true,
	"Isabel": true, "Jorge": true, "Lucia": true, "Marisol": true, "Monica": true, "Pedro": true, "Sofia": true,
	"Valentina": true, "Yolanda": true,
}
