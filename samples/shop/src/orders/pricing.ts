import { Injectable, Live, Value } from '@ts-chassis/core';

/** What an order costs, with the discount of the moment. */
@Injectable()
export class Pricing {
  constructor(@Value('shop.discount', { default: 0 }) private readonly discount: Live<number>) {}

  /** Rounded to cents. */
  price(unitPrice: number, quantity: number): { readonly discount: number; readonly price: number } {
    const discount = this.discount.value;
    return { discount, price: Math.round(unitPrice * quantity * (100 - discount)) / 100 };
  }
}
