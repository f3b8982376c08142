// Swagger UI was at this address: bookmarks of its operations (#/deposits/depositsList) lead to where it is now.

if (location.hash.startsWith("#/")) location.replace(`api/${location.hash}`);
