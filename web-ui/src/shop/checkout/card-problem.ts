/** What is wrong with a card, in the words of whoever asked for it, which are the shopper's language. */
export class CardProblem extends Error {}
